// SPDX-License-Identifier: GPL-2.0-or-later
/// An element that was taken off an RCU list may still be read. It must live on for a grace period:
/// kfree_rcu() instead of kfree(), or synchronize_rcu() before it.
///
//# An element that was never on a list that has readers is reported too. MODE=patch needs a struct
//# rcu_head in the element's type, in this file or a header of the same folder.
//
// Confidence: Moderate
// Comments:
// Options: --local-includes
// Rule: rcu/free-before-gp
// Checklist: 14

virtual context
virtual org
virtual patch
virtual report

@unlinked exists@
expression e, E;
identifier m;
position p, q;
@@

\(list_del_rcu@p\|hlist_del_rcu@p\|hlist_del_init_rcu@p\)(&e->m)
... when != \(synchronize_rcu\|synchronize_net\|synchronize_rcu_expedited\|synchronize_srcu\|synchronize_srcu_expedited\|synchronize_rcu_tasks\|synchronize_rcu_tasks_trace\|synchronize_rcu_mult\|cond_synchronize_rcu\|rcu_barrier\)(...)
    when != e = E
    when != &e
\(kfree@q\|kvfree@q\|kfree_sensitive@q\)(e)

@depends on context@
expression e;
identifier m;
position unlinked.p, unlinked.q;
@@

*\(list_del_rcu@p\|hlist_del_rcu@p\|hlist_del_init_rcu@p\)(&e->m)
...
*\(kfree@q\|kvfree@q\|kfree_sensitive@q\)(e)

@head@
identifier s, h;
@@

struct s {
	...
	struct rcu_head h;
	...
};

@depends on patch@
identifier head.s, head.h;
struct s *e;
position unlinked.q;
@@

(
- kfree@q(e)
+ kfree_rcu(e, h)
|
- kvfree@q(e)
+ kvfree_rcu(e, h)
)

@script:python depends on report@
p << unlinked.p;
q << unlinked.q;
@@

msg = "ERROR: freed while readers may hold it: taken off an RCU list on line %s, no grace period since" % p[0].line
coccilib.report.print_report(q[0], msg)

@script:python depends on org@
p << unlinked.p;
q << unlinked.q;
@@

coccilib.org.print_todo(q[0], "ERROR: freed while readers may hold it")
coccilib.org.print_link(p[0], "taken off the list here")
