// SPDX-License-Identifier: GPL-2.0-or-later
/// An element that goes on a list that readers traverse under RCU must be added with list_add_rcu()
/// or list_add_tail_rcu(): list_add() makes it visible before its fields are.
///
//# Lists are told apart by the type of their elements and the member, within one file. A list head
//# that is a local variable is private.
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
 \(list_add@p\|list_add_tail@p\|hlist_add_head@p\)(&e->m, &head)
 ...+>

@r depends on context || org || report@
reader.T *e;
identifier reader.m;
expression head;
position p != private.p;
@@

*\(list_add@p\|list_add_tail@p\|hlist_add_head@p\)(&e->m, head)

@depends on patch@
reader.T *e;
identifier reader.m;
expression head;
position p != private.p;
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
  (&e->m, head)

@script:python depends on report@
p << r.p;
m << reader.m;
@@

msg = "WARNING: readers see this element before its fields: the list of '%s' is traversed under RCU; use the _rcu variant" % m
coccilib.report.print_report(p[0], msg)

@script:python depends on org@
p << r.p;
m << reader.m;
@@

msg = "WARNING: readers see this element before its fields: the list of '%s' is traversed under RCU" % m
coccilib.org.print_todo(p[0], msg)
