// SPDX-License-Identifier: GPL-2.0-or-later
/// A call_rcu() callback runs in softirq context and must not sleep. queue_rcu_work() runs one that
/// has to in a workqueue.
///
// Confidence: High
// Comments:
// Options: --no-includes --include-headers
// Rule: rcu/callback-blocks
// Checklist: 5

virtual context
virtual org
virtual report

@queued@
identifier cb;
@@

\(call_rcu\|call_rcu_hurry\|call_srcu\|call_rcu_tasks\|call_rcu_tasks_trace\)(..., cb)

@blocks exists@
identifier queued.cb, h;
identifier f = { mutex_lock, mutex_lock_nested, down_read, down_write, down, msleep, ssleep,
		 usleep_range, schedule, schedule_timeout, wait_for_completion, flush_work,
		 flush_workqueue, destroy_workqueue, cancel_work_sync, cancel_delayed_work_sync,
		 synchronize_rcu, synchronize_srcu, synchronize_net, rcu_barrier, might_sleep, vmalloc,
		 vzalloc, rtnl_lock, free_irq, kthread_stop, del_gendisk };
position p;
@@

 cb(struct rcu_head *h)
 {
 ... when any
 f@p(...)
 ... when any
 }

@allocates exists@
identifier queued.cb, h, f;
position p;
@@

 cb(struct rcu_head *h)
 {
 ... when any
 f(..., \(GFP_KERNEL@p\|GFP_KERNEL_ACCOUNT@p\), ...)
 ... when any
 }

@depends on context@
position blocks.p;
identifier f;
@@

*f@p(...)

@depends on context@
position allocates.p;
@@

*\(GFP_KERNEL@p\|GFP_KERNEL_ACCOUNT@p\)

@script:python depends on report@
p << blocks.p;
f << blocks.f;
cb << queued.cb;
@@

coccilib.report.print_report(p[0], "ERROR: %s() may sleep in the RCU callback %s()" % (f, cb))

@script:python depends on report@
p << allocates.p;
f << allocates.f;
cb << queued.cb;
@@

coccilib.report.print_report(p[0], "ERROR: %s() may sleep in the RCU callback %s()" % (f, cb))

@script:python depends on org@
p << blocks.p;
f << blocks.f;
@@

coccilib.org.print_todo(p[0], "ERROR: %s() may sleep in an RCU callback" % f)

@script:python depends on org@
p << allocates.p;
f << allocates.f;
@@

coccilib.org.print_todo(p[0], "ERROR: %s() may sleep in an RCU callback" % f)
