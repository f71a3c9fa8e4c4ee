"""Plans made anew: who gets which doses, and what the weeks ahead need.

Above supply and eligibility, since it asks both: who is due where, and what there is.
"""
