// SPDX-License-Identifier: GPL-2.0-or-later
/// An updater that holds the lock under which a pointer is assigned is no reader:
/// rcu_dereference_protected() names the lock, and lockdep checks it.
///
//# Outside a reader, rcu_dereference() is a splat of CONFIG_PROVE_RCU. A reader that the caller has
//# entered is not seen: then this is about what the code tells.
//
// Confidence: Low
// Comments:
// Options: --no-includes --include-headers
// Rule: rcu/reader-missing
// Checklist: 2

virtual context
virtual org
virtual patch
virtual report

@initialize:python@
@@

def plain(expression):
    return expression.replace(" ", "")

@reader exists@
expression p;
position q;
@@

\(rcu_read_lock\|rcu_read_lock_bh\|rcu_read_lock_sched\)()
... when != \(rcu_read_unlock\|rcu_read_unlock_bh\|rcu_read_unlock_sched\)()
rcu_dereference@q(p)

@r exists@
expression l, p, E;
position q != reader.q;
@@

\(mutex_lock\|spin_lock\|spin_lock_irq\|spin_lock_irqsave\|spin_lock_bh\|down_write\)(l, ...)
... when != \(mutex_unlock\|spin_unlock\|spin_unlock_irq\|spin_unlock_irqrestore\|spin_unlock_bh\|up_write\)(l, ...)
rcu_dereference@q(p)
... when != \(mutex_unlock\|spin_unlock\|spin_unlock_irq\|spin_unlock_irqrestore\|spin_unlock_bh\|up_write\)(l, ...)
\(rcu_assign_pointer\|RCU_INIT_POINTER\)(p, E)

@depends on context@
expression p;
position r.q;
@@

*rcu_dereference@q(p)

@depends on patch@
expression r.l, p;
position r.q;
@@

- rcu_dereference@q(p)
+ rcu_dereference_protected(p, lockdep_is_held(l))

@script:python depends on report@
q << r.q;
l << r.l;
p << r.p;
@@

msg = "WARNING: an updater of %s is no reader; use rcu_dereference_protected(%s, lockdep_is_held(%s))" % (plain(p), plain(p), plain(l))
coccilib.report.print_report(q[0], msg)

@script:python depends on org@
q << r.q;
l << r.l;
p << r.p;
@@

coccilib.org.print_todo(q[0], "WARNING: an updater of %s, which holds %s, is no reader" % (plain(p), plain(l)))
