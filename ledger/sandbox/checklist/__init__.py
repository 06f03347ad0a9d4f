"""What a merchant's program was seen to do right and wrong, told by its traffic alone.

roles     what a call is for, whichever way of speaking it is in
traffic   one merchant's calls and notifications, by order
points    what a program has to get right, and how to make it show
judging   the verdicts: ticked, violated, or not seen so far

Pure: the same record gives the same verdicts.
"""
