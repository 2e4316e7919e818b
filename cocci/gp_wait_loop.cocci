// SPDX-License-Identifier: GPL-2.0-or-later
/// A wait for a grace period in a loop waits once for each element. Unlink all, wait once, then free
/// all; or use call_rcu(). Expedited waits disturb every processor each time.
///
//# A loop that waits until something has happened is reported too.
//
// Confidence: Moderate
// Comments:
// Options: --no-includes --include-headers
// Rule: rcu/gp-wait-loop
// Checklist: 6

virtual context
virtual org
virtual report

@r exists@
position p;
identifier wait = { synchronize_rcu, synchronize_rcu_expedited, synchronize_net, synchronize_srcu,
		    synchronize_srcu_expedited, synchronize_rcu_tasks, synchronize_rcu_tasks_rude,
		    synchronize_rcu_tasks_trace, rcu_barrier, srcu_barrier, rcu_barrier_tasks,
		    rcu_barrier_tasks_trace };
@@

 wait@p(...)
 ...
 wait@p(...)

@depends on context@
position r.p;
identifier r.wait;
@@

*wait@p(...)

@script:python depends on report@
p << r.p;
wait << r.wait;
@@

level = "ERROR" if "expedited" in wait else "WARNING"
coccilib.report.print_report(p[0], "%s: %s() waits once for each turn of the loop" % (level, wait))

@script:python depends on org@
p << r.p;
wait << r.wait;
@@

coccilib.org.print_todo(p[0], "WARNING: %s() waits once for each turn of the loop" % wait)
