// SPDX-License-Identifier: GPL-2.0-or-later
/// An element of a list that readers traverse under RCU must be taken off the list with
/// list_del_rcu(): list_del() poisons the pointer to the next element, which a reader that stands
/// on the element follows.
///
//# Within one file, lists are told apart by the type of their elements and the member, and by the
//# name of the list head where the element comes from an iteration. Only where the function holds a
//# lock, and has not waited for readers: without a lock, it mostly takes down what no reader can
//# reach any more.
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

// No reader sees the element any more, or not yet.
@waited@
reader.T *e;
identifier reader.m;
position p;
@@

(
list_del_rcu(&e->m)
|
hlist_del_rcu(&e->m)
|
hlist_del_init_rcu(&e->m)
|
synchronize_rcu()
|
synchronize_net()
|
synchronize_rcu_expedited()
|
synchronize_srcu(...)
|
rcu_barrier()
|
INIT_LIST_HEAD(&e->m)
)
...
\(list_del@p\|hlist_del@p\|hlist_del_init@p\)(&e->m)

@other@
reader.T *e;
identifier reader.m;
expression head : script:python() { name(head) not in heads };
position p;
iterator name list_for_each_entry_safe, hlist_for_each_entry_safe;
@@

(
list_for_each_entry_safe(e, ..., head, m) { <+... list_del@p(&e->m) ...+> }
|
hlist_for_each_entry_safe(e, ..., head, m) { <+... hlist_del@p(&e->m) ...+> }
)

@first@
reader.T *e;
identifier reader.m;
expression head : script:python() { name(head) not in heads };
position p;
@@

e = \(list_first_entry\|list_first_entry_or_null\|list_last_entry\)(head, ...);
...
list_del@p(&e->m)

@r exists@
reader.T *e;
identifier reader.m;
position p != { waited.p, other.p, first.p };
@@

\(mutex_lock\|spin_lock\|spin_lock_bh\|spin_lock_irq\|spin_lock_irqsave\|down_write\|write_lock\|write_lock_bh\|lockdep_assert_held\|ASSERT_RTNL\|rtnl_lock\)(...)
... when != \(mutex_unlock\|spin_unlock\|spin_unlock_bh\|spin_unlock_irq\|spin_unlock_irqrestore\|up_write\|write_unlock\|write_unlock_bh\|rtnl_unlock\)(...)
\(list_del@p\|hlist_del@p\)(&e->m)

@depends on context@
position r.p;
@@

*\(list_del@p\|hlist_del@p\)(...)

@depends on patch@
position r.p;
@@

(
- list_del@p
+ list_del_rcu
|
- hlist_del@p
+ hlist_del_rcu
)
  (...)

@script:python depends on report@
p << r.p;
m << reader.m;
@@

coccilib.report.print_report(p[0], "WARNING: readers may be on this element: the list of '%s' is traversed under RCU; use list_del_rcu() or hlist_del_rcu()" % m)

@script:python depends on org@
p << r.p;
m << reader.m;
@@

coccilib.org.print_todo(p[0], "WARNING: readers may be on this element: the list of '%s' is traversed under RCU" % m)
