// SPDX-License-Identifier: GPL-2.0-or-later
/// What srcu_read_lock() returns must go to srcu_read_unlock() of the same srcu_struct: it says which
/// of its counters the reader is in.
///
// Confidence: High
// Comments:
// Options: --no-includes --include-headers
// Rule: rcu/srcu-index
// Checklist: 13

virtual context
virtual org
virtual report

@initialize:python@
@@

def plain(expression):
    return expression.replace(" ", "")

@ignored@
expression s;
position p;
@@

srcu_read_lock@p(s);

@fixed@
expression s;
constant C;
position p;
@@

srcu_read_unlock@p(s, C)

@lost exists@
expression s, t, idx, E;
position p, q;
@@

idx = srcu_read_lock@q(s)
... when != srcu_read_unlock(s, idx)
    when != E = idx
idx = srcu_read_lock@p(t)

@crossed exists@
expression s, t, idx, E;
position p, q;
@@

idx = srcu_read_lock@q(s)
... when != idx = E
    when != s = E
(
srcu_read_unlock(s, idx)
|
srcu_read_unlock@p(t, idx)
)

@depends on context@
position ignored.p;
@@

*srcu_read_lock@p(...)

@depends on context@
position fixed.p;
@@

*srcu_read_unlock@p(...)

@depends on context@
position lost.p;
@@

*srcu_read_lock@p(...)

@depends on context@
position crossed.p;
@@

*srcu_read_unlock@p(...)

@script:python depends on report@
p << ignored.p;
s << ignored.s;
@@

coccilib.report.print_report(p[0], "ERROR: srcu_read_unlock(%s) will need the index that is thrown away here" % plain(s))

@script:python depends on report@
p << fixed.p;
C << fixed.C;
@@

coccilib.report.print_report(p[0], "ERROR: the index must be what srcu_read_lock() returned, not %s" % plain(C))

@script:python depends on report@
p << lost.p;
q << lost.q;
idx << lost.idx;
@@

coccilib.report.print_report(p[0], "ERROR: %s still is the index of the reader entered on line %s" % (plain(idx), q[0].line))

@script:python depends on report@
p << crossed.p;
q << crossed.q;
s << crossed.s;
idx << crossed.idx;
@@

coccilib.report.print_report(p[0], "ERROR: %s is an index of %s, from line %s" % (plain(idx), plain(s), q[0].line))

@script:python depends on org@
p << ignored.p;
@@

coccilib.org.print_todo(p[0], "ERROR: the index is thrown away")

@script:python depends on org@
p << fixed.p;
@@

coccilib.org.print_todo(p[0], "ERROR: the index is a constant")

@script:python depends on org@
p << lost.p;
q << lost.q;
@@

coccilib.org.print_todo(p[0], "ERROR: the index of another reader is overwritten")
coccilib.org.print_link(q[0], "entered here")

@script:python depends on org@
p << crossed.p;
q << crossed.q;
@@

coccilib.org.print_todo(p[0], "ERROR: the index is another srcu_struct's")
coccilib.org.print_link(q[0], "entered here")
