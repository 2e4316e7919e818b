// SPDX-License-Identifier: GPL-2.0-or-later
/// A reader that traverses a list under rcu_read_lock(), with no lock that keeps updaters out, needs
/// list_for_each_entry_rcu(): the plain iterator may see an element before its fields.
///
//# Lists that are changed with the _rcu calls are told apart by the type of their elements and the
//# member, within one file. A lock that the caller holds is not seen.
//
// Confidence: Moderate
// Comments:
// Options: --no-includes --include-headers
// Rule: rcu/list-variant
// Checklist: 10

virtual context
virtual org
virtual patch
virtual report

@updater@
type T;
T *e;
identifier m;
@@

\(list_add_rcu\|list_add_tail_rcu\|hlist_add_head_rcu\|hlist_add_tail_rcu\)(&e->m, ...)

@locked@
updater.T *e;
identifier updater.m;
expression l, head;
position p;
statement S;
iterator name list_for_each_entry, hlist_for_each_entry;
@@

\(mutex_lock\|spin_lock\|spin_lock_bh\|spin_lock_irq\|spin_lock_irqsave\|down_read\|down_write\|read_lock\|read_lock_bh\|write_lock\|write_lock_bh\|lockdep_assert_held\)(l, ...)
... when != \(mutex_unlock\|spin_unlock\|spin_unlock_bh\|spin_unlock_irq\|spin_unlock_irqrestore\|up_read\|up_write\|read_unlock\|read_unlock_bh\|write_unlock\|write_unlock_bh\)(l, ...)
(
list_for_each_entry@p(e, head, m) S
|
hlist_for_each_entry@p(e, head, m) S
)

@asserted@
updater.T *e;
identifier updater.m;
expression head;
position p;
statement S;
iterator name list_for_each_entry, hlist_for_each_entry;
@@

\(ASSERT_RTNL\|rtnl_lock\|lockdep_assert_rtnl_held\)()
... when != rtnl_unlock()
(
list_for_each_entry@p(e, head, m) S
|
hlist_for_each_entry@p(e, head, m) S
)

@r depends on context || org || report exists@
updater.T *e;
identifier updater.m;
expression head;
position p != { locked.p, asserted.p };
statement S;
iterator name list_for_each_entry, hlist_for_each_entry;
@@

\(rcu_read_lock\|rcu_read_lock_bh\)()
... when != \(rcu_read_unlock\|rcu_read_unlock_bh\)()
(
*list_for_each_entry@p(e, head, m) S
|
*hlist_for_each_entry@p(e, head, m) S
)

@depends on patch exists@
updater.T *e;
identifier updater.m;
expression head;
position p != { locked.p, asserted.p };
statement S;
iterator name list_for_each_entry, hlist_for_each_entry;
iterator name list_for_each_entry_rcu, hlist_for_each_entry_rcu;
@@

 \(rcu_read_lock\|rcu_read_lock_bh\)()
 ... when != \(rcu_read_unlock\|rcu_read_unlock_bh\)()
(
- list_for_each_entry@p
+ list_for_each_entry_rcu
  (e, head, m) S
|
- hlist_for_each_entry@p
+ hlist_for_each_entry_rcu
  (e, head, m) S
)

@script:python depends on report@
p << r.p;
m << updater.m;
@@

msg = "WARNING: plain iterator in an RCU reader over a list of '%s' that changes under it; use the _rcu variant" % m
coccilib.report.print_report(p[0], msg)

@script:python depends on org@
p << r.p;
m << updater.m;
@@

msg = "WARNING: plain iterator in an RCU reader over a list of '%s' that changes under it" % m
coccilib.org.print_todo(p[0], msg)
