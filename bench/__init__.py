"""Measurements that documents quote; each module prints its table and can write it there."""
