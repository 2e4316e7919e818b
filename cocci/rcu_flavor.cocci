// SPDX-License-Identifier: GPL-2.0-or-later
/// rcu_dereference() belongs to rcu_read_lock(), rcu_dereference_bh() to rcu_read_lock_bh(), and so
/// on: in the wrong reader lockdep complains.
///
//# Only where the function has entered no other reader.
//
// Confidence: High
// Comments:
// Options: --no-includes --include-headers
// Rule: rcu/flavor-mismatch
// Checklist: 7

virtual context
virtual org
virtual patch
virtual report

@plain exists@
expression e;
position p, q;
@@

 rcu_read_lock@q()
 ... when != rcu_read_unlock()
     when != \(rcu_read_lock_bh\|local_bh_disable\|rcu_read_lock_sched\|preempt_disable\)()
 \(rcu_dereference_bh@p\|rcu_dereference_sched@p\)(e)

// One that is right on some path.
@plain_right exists@
expression e;
position plain.p;
@@

 \(rcu_read_lock_bh\|local_bh_disable\|rcu_read_lock_sched\|preempt_disable\|local_irq_disable\|local_irq_save\|lockdep_assert_irqs_disabled\|lockdep_assert_in_softirq\|spin_lock_bh\|spin_lock_irq\|spin_lock_irqsave\)(...)
 ... when != \(rcu_read_unlock_bh\|local_bh_enable\|rcu_read_unlock_sched\|preempt_enable\|local_irq_enable\|local_irq_restore\|spin_unlock_bh\|spin_unlock_irq\|spin_unlock_irqrestore\)(...)
 \(rcu_dereference_bh@p\|rcu_dereference_sched@p\)(e)

@bh exists@
expression e;
position p, q;
@@

 rcu_read_lock_bh@q()
 ... when != rcu_read_unlock_bh()
     when != rcu_read_lock()
 rcu_dereference@p(e)

@bh_right exists@
expression e;
position bh.p;
@@

 rcu_read_lock()
 ... when != rcu_read_unlock()
 rcu_dereference@p(e)

@sched exists@
expression e;
position p, q;
@@

 rcu_read_lock_sched@q()
 ... when != rcu_read_unlock_sched()
     when != rcu_read_lock()
 rcu_dereference@p(e)

@sched_right exists@
expression e;
position sched.p;
@@

 rcu_read_lock()
 ... when != rcu_read_unlock()
 rcu_dereference@p(e)

@depends on context && !plain_right@
position plain.p;
@@

*\(rcu_dereference_bh@p\|rcu_dereference_sched@p\)(...)

@depends on context && !bh_right@
position bh.p;
@@

*rcu_dereference@p(...)

@depends on context && !sched_right@
position sched.p;
@@

*rcu_dereference@p(...)

@depends on patch && !plain_right@
position plain.p;
expression e;
@@

(
- rcu_dereference_bh@p
+ rcu_dereference
  (e)
|
- rcu_dereference_sched@p
+ rcu_dereference
  (e)
)

@depends on patch && !bh_right exists@
expression e;
@@

  rcu_read_lock_bh()
  ... when != rcu_read_unlock_bh()
      when != rcu_read_lock()
- rcu_dereference
+ rcu_dereference_bh
  (e)

@depends on patch && !sched_right exists@
expression e;
@@

  rcu_read_lock_sched()
  ... when != rcu_read_unlock_sched()
      when != rcu_read_lock()
- rcu_dereference
+ rcu_dereference_sched
  (e)

@script:python depends on report && !plain_right@
p << plain.p;
q << plain.q;
@@

msg = "WARNING: the reader entered on line %s wants rcu_dereference()" % q[0].line
coccilib.report.print_report(p[0], msg)

@script:python depends on report && !bh_right@
p << bh.p;
q << bh.q;
@@

msg = "WARNING: the reader entered on line %s wants rcu_dereference_bh()" % q[0].line
coccilib.report.print_report(p[0], msg)

@script:python depends on report && !sched_right@
p << sched.p;
q << sched.q;
@@

msg = "WARNING: the reader entered on line %s wants rcu_dereference_sched()" % q[0].line
coccilib.report.print_report(p[0], msg)

@script:python depends on org && !plain_right@
p << plain.p;
@@

coccilib.org.print_todo(p[0], "WARNING: this reader wants rcu_dereference()")

@script:python depends on org && !bh_right@
p << bh.p;
@@

coccilib.org.print_todo(p[0], "WARNING: this reader wants rcu_dereference_bh()")

@script:python depends on org && !sched_right@
p << sched.p;
@@

coccilib.org.print_todo(p[0], "WARNING: this reader wants rcu_dereference_sched()")
