// SPDX-License-Identifier: GPL-2.0-or-later
/// A pointer from rcu_dereference() is good until rcu_read_unlock(): after it, what it points to may
/// be gone. Take a reference inside, or copy what is needed.
///
//# Reported where it is dereferenced after the section; not when a function was called with it
//# inside, which may have taken a reference.
//
// Confidence: Moderate
// Comments:
// Options: --no-includes --include-headers
// Rule: rcu/pointer-leak
// Checklist: 2

virtual context
virtual org
virtual report

@initialize:python@
@@

def plain(expression):
    return expression.replace(" ", "")

@r exists@
local idexpression x;
expression E;
identifier f, g, fld, fld2;
position p, q;
@@

 x = \(rcu_dereference@q\|rcu_dereference_bh@q\|rcu_dereference_sched@q\)(...)
 ... when != f(...,x,...)
     when != f(...,x->g,...)
     when != f(...,&x->g,...)
     when != f(...,&x->g.fld2,...)
     when != x = E
 \(rcu_read_unlock\|rcu_read_unlock_bh\|rcu_read_unlock_sched\)()
 ... when != x = E
     when != \(rcu_read_lock\|rcu_read_lock_bh\|rcu_read_lock_sched\)()
 x->fld@p

@depends on context@
expression x;
identifier fld;
position r.p;
@@

*x->fld@p

@script:python depends on report@
p << r.p;
q << r.q;
x << r.x;
@@

msg = "ERROR: %s may be gone: its reader, of line %s, has ended" % (plain(x), q[0].line)
coccilib.report.print_report(p[0], msg)

@script:python depends on org@
p << r.p;
q << r.q;
x << r.x;
@@

coccilib.org.print_todo(p[0], "ERROR: %s may be gone: its reader has ended" % plain(x))
coccilib.org.print_link(q[0], "read here")
