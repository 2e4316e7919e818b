// SPDX-License-Identifier: GPL-2.0-or-later
/// A wait for a grace period in a loop waits once for each element. Unlink all, wait once, then free
/// all; or use call_rcu(). Expedited waits disturb every processor each time.
///
//# A loop without an end of its own (while (1), goto) waits until something has happened, and is
//# left alone.
//
// Confidence: Moderate
// Comments:
// Options: --no-includes --include-headers
// Rule: rcu/gp-wait-loop
// Checklist: 6

virtual context
virtual org
virtual report

@again exists@
position p;
identifier wait = { synchronize_rcu, synchronize_rcu_expedited, synchronize_net, synchronize_srcu,
		    synchronize_srcu_expedited, synchronize_rcu_tasks, synchronize_rcu_tasks_rude,
		    synchronize_rcu_tasks_trace, rcu_barrier, srcu_barrier, rcu_barrier_tasks,
		    rcu_barrier_tasks_trace };
@@

 wait@p(...)
 ...
 wait@p(...)

// Not one that goes on until something has happened.
@r@
position again.p, q;
identifier again.wait;
iterator I;
statement S;
expression E, E2;
type T;
identifier i;
symbol true;
@@

(
 while (1) S
|
 while (true) S
|
 while (E) { <+... wait@p@q(...) ...+> }
|
 for (T i = E2; ...; E) { <+... wait@p@q(...) ...+> }
|
 for (...;...;E) { <+... wait@p@q(...) ...+> }
|
 I(...) { <+... wait@p@q(...) ...+> }
)

@depends on context@
position r.q;
identifier again.wait;
@@

*wait@q(...)

@script:python depends on report@
p << r.q;
wait << again.wait;
@@

level = "ERROR" if "expedited" in wait else "WARNING"
coccilib.report.print_report(p[0], "%s: %s() waits once for each turn of the loop" % (level, wait))

@script:python depends on org@
p << r.q;
wait << again.wait;
@@

coccilib.org.print_todo(p[0], "WARNING: %s() waits once for each turn of the loop" % wait)
