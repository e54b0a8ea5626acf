"""The same questions where guests are choosy: some may restart on some hosts only, some must be kept apart.

roster       the guests one by one, with the hosts they may use and the groups they are in
necessary    parts of the pool that are questions without choice, and what they refute
guarantee    any-fit in a fixed order cannot fail
crowd        packing thousands of failed sets at once
search       the order in which all of this is asked
"""
