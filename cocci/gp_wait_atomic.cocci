// SPDX-License-Identifier: GPL-2.0-or-later
/// A grace period cannot end while its waiter is a reader, and no wait may sleep under a spinlock or
/// with preemption, softirqs or interrupts off.
///
// Confidence: High
// Comments:
// Options: --no-includes --include-headers
// Rule: rcu/gp-wait-context
// Checklist: 6

virtual context
virtual org
virtual report

@initialize:python@
@@

def plain(expression):
    return expression.replace(" ", "")

@reader exists@
identifier wait = { synchronize_rcu, synchronize_rcu_expedited, synchronize_net, rcu_barrier,
		    synchronize_rcu_mult };
position p, q;
@@

rcu_read_lock@q()
... when != rcu_read_unlock()
wait@p(...)

@spin exists@
identifier wait = { synchronize_rcu, synchronize_rcu_expedited, synchronize_net, rcu_barrier,
		    synchronize_rcu_mult, synchronize_srcu, synchronize_srcu_expedited, srcu_barrier,
		    synchronize_rcu_tasks, synchronize_rcu_tasks_trace };
expression l;
position p, q;
@@

\(spin_lock@q\|spin_lock_bh@q\|spin_lock_irq@q\|spin_lock_irqsave@q\|raw_spin_lock@q\|raw_spin_lock_irqsave@q\|read_lock@q\|write_lock@q\|read_lock_bh@q\|write_lock_bh@q\)(l, ...)
... when != \(spin_unlock\|spin_unlock_bh\|spin_unlock_irq\|spin_unlock_irqrestore\|raw_spin_unlock\|raw_spin_unlock_irqrestore\|read_unlock\|write_unlock\|read_unlock_bh\|write_unlock_bh\)(l, ...)
wait@p(...)

@off exists@
identifier wait = { synchronize_rcu, synchronize_rcu_expedited, synchronize_net, rcu_barrier,
		    synchronize_rcu_mult, synchronize_srcu, synchronize_srcu_expedited, srcu_barrier,
		    synchronize_rcu_tasks, synchronize_rcu_tasks_trace };
position p, q;
@@

\(preempt_disable@q\|local_bh_disable@q\|local_irq_disable@q\|local_irq_save@q\)(...)
... when != \(preempt_enable\|local_bh_enable\|local_irq_enable\|local_irq_restore\)(...)
wait@p(...)

@depends on context@
position reader.p;
identifier wait;
@@

*wait@p(...)

@depends on context@
position spin.p;
identifier wait;
@@

*wait@p(...)

@depends on context@
position off.p;
identifier wait;
@@

*wait@p(...)

@script:python depends on report@
p << reader.p;
q << reader.q;
wait << reader.wait;
@@

msg = "ERROR: %s() in the reader entered on line %s waits for itself" % (wait, q[0].line)
coccilib.report.print_report(p[0], msg)

@script:python depends on report@
p << spin.p;
q << spin.q;
l << spin.l;
wait << spin.wait;
@@

msg = "ERROR: %s() sleeps while %s is held, taken on line %s" % (wait, plain(l), q[0].line)
coccilib.report.print_report(p[0], msg)

@script:python depends on report@
p << off.p;
q << off.q;
wait << off.wait;
@@

msg = "ERROR: %s() sleeps in the atomic section begun on line %s" % (wait, q[0].line)
coccilib.report.print_report(p[0], msg)

@script:python depends on org@
p << reader.p;
q << reader.q;
@@

coccilib.org.print_todo(p[0], "ERROR: waits for its own reader")
coccilib.org.print_link(q[0], "entered here")

@script:python depends on org@
p << spin.p;
q << spin.q;
@@

coccilib.org.print_todo(p[0], "ERROR: sleeps under a spinlock")
coccilib.org.print_link(q[0], "taken here")

@script:python depends on org@
p << off.p;
q << off.q;
@@

coccilib.org.print_todo(p[0], "ERROR: sleeps in an atomic section")
coccilib.org.print_link(q[0], "begun here")
