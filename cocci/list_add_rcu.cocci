// SPDX-License-Identifier: GPL-2.0-or-later
/// An element that goes on a list that readers traverse under RCU must be added with list_add_rcu()
/// or list_add_tail_rcu(): list_add() makes it visible before its fields are.
///
//# Within one file, lists are told apart by the type of their elements, the member, and the name of
//# the list head. Only where the function holds a lock: without one, it mostly fills a list that no
//# reader can reach yet.
//
// Confidence: Moderate
// Comments:
// Options: --no-includes --include-headers
// Rule: rcu/list-variant
// Checklist: 4

virtual context
virtual org
virtual patch
virtual report

@initialize:python@
@@

import re

heads = set()

# "&net->table[i]" is the head "table", whatever it is a part of.
def name(head):
    words = re.findall(r"\w+", re.sub(r"\[[^]]*\]", "", head))
    return words[-1] if words else ""

@reader@
type T;
T *e;
identifier m;
expression head;
statement S;
iterator name list_for_each_entry_rcu, list_for_each_entry_continue_rcu;
iterator name list_for_each_entry_from_rcu, hlist_for_each_entry_rcu;
iterator name hlist_for_each_entry_rcu_bh;
@@

(
list_for_each_entry_rcu(e, head, m, ...) S
|
list_for_each_entry_continue_rcu(e, head, m) S
|
list_for_each_entry_from_rcu(e, head, m) S
|
hlist_for_each_entry_rcu(e, head, m, ...) S
|
hlist_for_each_entry_rcu_bh(e, head, m) S
)

@script:python@
head << reader.head;
@@

heads.add(name(head))

@new exists@
reader.T *e;
identifier reader.m;
expression head : script:python() { name(head) in heads };
position p;
@@

\(mutex_lock\|spin_lock\|spin_lock_bh\|spin_lock_irq\|spin_lock_irqsave\|down_write\|write_lock\|write_lock_bh\|lockdep_assert_held\|ASSERT_RTNL\|rtnl_lock\)(...)
... when != \(mutex_unlock\|spin_unlock\|spin_unlock_bh\|spin_unlock_irq\|spin_unlock_irqrestore\|up_write\|write_unlock\|write_unlock_bh\|rtnl_unlock\)(...)
\(list_add@p\|list_add_tail@p\|hlist_add_head@p\)(&e->m, head)

// Initialised here, so not published yet.
@private@
expression head;
position new.p;
@@

\(INIT_LIST_HEAD\|INIT_HLIST_HEAD\)(head)
...
\(list_add@p\|list_add_tail@p\|hlist_add_head@p\)(..., head)

@r depends on !private@
position new.p;
@@

\(list_add@p\|list_add_tail@p\|hlist_add_head@p\)(...)

@depends on context && r@
position new.p;
@@

*\(list_add@p\|list_add_tail@p\|hlist_add_head@p\)(...)

@depends on patch && r@
position new.p;
@@

(
- list_add@p
+ list_add_rcu
|
- list_add_tail@p
+ list_add_tail_rcu
|
- hlist_add_head@p
+ hlist_add_head_rcu
)
  (...)

@script:python depends on report && r@
p << new.p;
m << reader.m;
@@

msg = "WARNING: readers see this element before its fields: the list of '%s' is traversed under RCU; use the _rcu variant" % m
coccilib.report.print_report(p[0], msg)

@script:python depends on org && r@
p << new.p;
m << reader.m;
@@

msg = "WARNING: readers see this element before its fields: the list of '%s' is traversed under RCU" % m
coccilib.org.print_todo(p[0], msg)
