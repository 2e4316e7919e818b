// SPDX-License-Identifier: GPL-2.0-or-later
/// An element of a list that readers traverse under RCU must be taken off the list with
/// list_del_rcu(): list_del() poisons the pointer to the next element, which a reader that stands
/// on the element follows.
///
//# Lists are told apart by the type of their elements and the member, within one file. An element
//# that is off the RCU list by then, and on a private one, is reported wrongly unless the private
//# list is a local variable or the function waits for readers before.
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

@private@
reader.T *e;
identifier reader.m, head;
position p;
@@

(
 LIST_HEAD(head);
|
 struct list_head head;
|
 HLIST_HEAD(head);
|
 struct hlist_head head;
)
 <+...
 \(list_del@p\|list_del_init@p\|hlist_del@p\|hlist_del_init@p\)(&e->m)
 ...+>

@r depends on !patch@
reader.T *e;
identifier reader.m;
position p != { waited.p, private.p };
@@

*\(list_del@p\|hlist_del@p\)(&e->m)

@depends on patch@
reader.T *e;
identifier reader.m;
position p != { waited.p, private.p };
@@

(
- list_del@p
+ list_del_rcu
|
- hlist_del@p
+ hlist_del_rcu
)
  (&e->m)

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
