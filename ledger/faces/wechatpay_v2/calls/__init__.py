"""A call's way in and out: received and checked, performed once, answered in XML."""
