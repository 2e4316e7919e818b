// SPDX-License-Identifier: GPL-2.0-or-later
/// An RCU reader must not sleep: no mutex, semaphore or sleep between rcu_read_lock() and
/// rcu_read_unlock(), no copy from or to user space. Where a reader must, SRCU lets it.
///
// Confidence: High
// Comments:
// Options: --no-includes --include-headers
// Rule: sleep/rcu
// Checklist: 2

virtual context
virtual org
virtual report

@r exists@
identifier f = { mutex_lock, mutex_lock_nested, mutex_lock_interruptible, mutex_lock_killable,
		 down_read, down_write, down, down_interruptible, msleep, msleep_interruptible,
		 ssleep, usleep_range, schedule, schedule_timeout, wait_for_completion,
		 wait_for_completion_timeout, flush_work, flush_workqueue, cancel_work_sync,
		 cancel_delayed_work_sync, copy_from_user, copy_to_user, might_sleep, vmalloc,
		 vzalloc, request_module, rtnl_lock, cond_resched, free_irq };
position p, q;
@@

\(rcu_read_lock@q\|rcu_read_lock_bh@q\|rcu_read_lock_sched@q\)()
... when != \(rcu_read_unlock\|rcu_read_unlock_bh\|rcu_read_unlock_sched\)()
f@p(...)

@depends on context@
position r.p;
identifier r.f;
@@

*f@p(...)

@script:python depends on report@
p << r.p;
q << r.q;
f << r.f;
@@

coccilib.report.print_report(p[0], "ERROR: %s() may sleep in the RCU reader entered on line %s" % (f, q[0].line))

@script:python depends on org@
p << r.p;
q << r.q;
f << r.f;
@@

coccilib.org.print_todo(p[0], "ERROR: %s() may sleep in an RCU reader" % f)
coccilib.org.print_link(q[0], "entered here")
