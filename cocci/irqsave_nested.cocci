// SPDX-License-Identifier: GPL-2.0-or-later
/// Two locks of which the second is taken with the flags variable of the first: the state that the
/// first one saved is lost, and interrupts stay off after both are released.
///
// Confidence: High
// Comments:
// Options: --no-includes --include-headers
// Rule: lock/misuse

virtual context
virtual org
virtual report

@initialize:python@
@@

def plain(expression):
    return expression.replace(" ", "")

@r exists@
expression l, m, flags;
position p, q;
@@

\(spin_lock_irqsave@q\|read_lock_irqsave@q\|write_lock_irqsave@q\|raw_spin_lock_irqsave@q\|spin_lock_irqsave_nested@q\)(l, flags, ...)
... when != flags
\(spin_lock_irqsave@p\|read_lock_irqsave@p\|write_lock_irqsave@p\|raw_spin_lock_irqsave@p\|spin_lock_irqsave_nested@p\)(m, flags, ...)

// Interrupts are on after the inner unlock, under the outer lock that wants them off.
@enabled exists@
expression l, m, flags;
position p, q;
@@

\(spin_lock_irqsave@q\|read_lock_irqsave@q\|write_lock_irqsave@q\|raw_spin_lock_irqsave@q\)(l, flags)
... when != flags
\(spin_lock_irq@p\|read_lock_irq@p\|write_lock_irq@p\|raw_spin_lock_irq@p\)(m)

@depends on context@
position r.p;
identifier f;
@@

*f@p(...)

@depends on context@
position enabled.p;
identifier f;
@@

*f@p(...)

@script:python depends on report@
p << r.p;
q << r.q;
flags << r.flags;
@@

coccilib.report.print_report(p[0], "ERROR: %s holds what the lock on line %s saved" % (plain(flags), q[0].line))

@script:python depends on report@
p << enabled.p;
q << enabled.q;
m << enabled.m;
@@

msg = "ERROR: unlocking %s turns on the interrupts that the lock on line %s wants off" % (plain(m), q[0].line)
coccilib.report.print_report(p[0], msg)

@script:python depends on org@
p << r.p;
q << r.q;
@@

coccilib.org.print_todo(p[0], "ERROR: the flags of another lock are overwritten")
coccilib.org.print_link(q[0], "saved here")

@script:python depends on org@
p << enabled.p;
q << enabled.q;
@@

coccilib.org.print_todo(p[0], "ERROR: unlocking turns on interrupts that another lock wants off")
coccilib.org.print_link(q[0], "taken here")
