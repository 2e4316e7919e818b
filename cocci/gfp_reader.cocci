// SPDX-License-Identifier: GPL-2.0-or-later
/// An allocation with GFP_KERNEL may sleep, an RCU reader must not: allocate before, or with
/// GFP_ATOMIC or GFP_NOWAIT.
///
// Confidence: High
// Comments:
// Options: --no-includes --include-headers
// Rule: sleep/rcu
// Checklist: 2

virtual context
virtual org
virtual patch
virtual report

@r exists@
identifier f;
position p, q;
@@

\(rcu_read_lock@q\|rcu_read_lock_bh@q\|rcu_read_lock_sched@q\)()
... when != \(rcu_read_unlock\|rcu_read_unlock_bh\|rcu_read_unlock_sched\)()
f(..., \(GFP_KERNEL@p\|GFP_KERNEL_ACCOUNT@p\|GFP_USER@p\|GFP_NOIO@p\|GFP_NOFS@p\), ...)

@depends on context@
position r.p;
@@

*\(GFP_KERNEL@p\|GFP_KERNEL_ACCOUNT@p\|GFP_USER@p\|GFP_NOIO@p\|GFP_NOFS@p\)

@depends on patch@
position r.p;
@@

(
- GFP_KERNEL@p
+ GFP_ATOMIC
|
- GFP_KERNEL_ACCOUNT@p
+ GFP_ATOMIC | __GFP_ACCOUNT
|
- GFP_USER@p
+ GFP_ATOMIC
|
- GFP_NOIO@p
+ GFP_ATOMIC
|
- GFP_NOFS@p
+ GFP_ATOMIC
)

@script:python depends on report@
p << r.p;
q << r.q;
f << r.f;
@@

msg = "ERROR: %s() may sleep in the RCU reader entered on line %s" % (f, q[0].line)
coccilib.report.print_report(p[0], msg)

@script:python depends on org@
p << r.p;
q << r.q;
@@

coccilib.org.print_todo(p[0], "ERROR: may sleep in an RCU reader")
coccilib.org.print_link(q[0], "entered here")
