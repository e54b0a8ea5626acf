"""How many hosts may fail, and who is restarted where: the pure algorithm, which knows nothing of pools and files.

One module holds one idea, with its lemma in the docstring. A guest is a VM that has to be restarted.

    problem, answers      what is asked, and what is answered
    capacity              the questions that are asked from outside
    ledger, ranking       the problem in numbers; the worst k of n as a sum
    necessary             weights that no packing can beat: some set of k hosts cannot be restarted
    guarantee             any-fit decreasing cannot fail: every set of k hosts can be restarted
    bundles               each failed host fills hosts of its own: every set of k hosts can be restarted
    relay, relaying       a host filled in part is handed on between failed hosts: every set of k hosts can be restarted
    turns, taking_turns   each failed host fills host after host, with losses that add up: every set of k hosts can be
                          restarted
    parts                 every choice of some guests of a host
    ways                  how the guests of one host can be distributed
    templates             reserved slots that serve every set of k hosts
    dominance             failures of one host that are never worse than those of another
    enumeration           the sets that no guarantee covers, one after another
    crowd, covers         packing thousands of sets at once; one plan that serves many sets
    toll, fitting         what one failure takes; packing it exactly, in numbers
    filling, evenly       packing host after host, each as full as can be, or part by part where hardly a part is free
    patterns, adversary   weights out of a linear program; the search for a set that fails
    search                the order in which all of this is asked
    choosy                the same where VMs may use some hosts only, or are kept apart
    packing, placing      a host for each VM, exactly; the second asks the solver where the first does not end
    explaining            why a set cannot be restarted, as small as can be
    recheck               every answer again, by code that does not know how it was found
    toolstack             what the toolstack itself would answer
    sequential            failures one after another, with restarts between
"""
