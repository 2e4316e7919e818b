// SPDX-License-Identifier: GPL-2.0-or-later
/// RCU_INIT_POINTER() orders nothing: a reader may see the pointer before the fields that were
/// written just before. rcu_assign_pointer() publishes.
///
//# An object that no reader can reach by this pointer yet is reported too, unless the function itself
//# has made the place or published the object by another one.
//
// Confidence: Moderate
// Comments:
// Options: --no-includes --include-headers
// Rule: rcu/plain-access
// Checklist: 4

virtual context
virtual org
virtual patch
virtual report

@initialize:python@
@@

def plain(expression):
    return expression.replace(" ", "")

@r exists@
identifier x, fld;
expression e, E;
assignment operator op;
position p, q;
@@

 x->fld@q op E
 ... when != x = E
     when != \(synchronize_rcu\|smp_wmb\|smp_mb\)()
 RCU_INIT_POINTER@p(e, x)

// Into an object that this function made, which it publishes itself.
@made exists@
identifier alloc =~ "alloc|memdup|_new$|_create$";
expression r.e, t <= r.e;
position r.p;
@@

 t = alloc(...)
 ...
 RCU_INIT_POINTER@p(e, ...)

// Something else, which is published, points to it as well.
@published exists@
identifier r.x;
position r.p;
expression E;
@@

 rcu_assign_pointer(E, x)
 ...
 RCU_INIT_POINTER@p(...)

@depends on context && !made && !published@
position r.p;
@@

*RCU_INIT_POINTER@p(...)

@depends on patch && !made && !published@
position r.p;
@@

- RCU_INIT_POINTER@p
+ rcu_assign_pointer
  (...)

@script:python depends on report && !made && !published@
p << r.p;
q << r.q;
x << r.x;
fld << r.fld;
@@

msg = "WARNING: readers may see %s before its field %s, written on line %s; use rcu_assign_pointer()" % (plain(x), fld, q[0].line)
coccilib.report.print_report(p[0], msg)

@script:python depends on org && !made && !published@
p << r.p;
q << r.q;
@@

coccilib.org.print_todo(p[0], "WARNING: readers may see this object before its fields")
coccilib.org.print_link(q[0], "written here")
