// SPDX-License-Identifier: GPL-2.0-or-later
/// NULL publishes nothing: RCU_INIT_POINTER(p, NULL) says so to the reader of the code.
///
//# The compiler makes the same of both, since rcu_assign_pointer() knows a constant NULL; this is
//# about what the code tells.
//
// Confidence: Low
// Comments:
// Options: --no-includes --include-headers
// Rule: cocci/rcu_assign_null
// Checklist: 4

virtual context
virtual org
virtual patch
virtual report

@initialize:python@
@@

def plain(expression):
    return expression.replace(" ", "")

@r depends on context || org || report@
expression e;
position p;
@@

*rcu_assign_pointer@p(e, NULL)

@depends on patch@
expression e;
@@

- rcu_assign_pointer
+ RCU_INIT_POINTER
  (e, NULL)

@script:python depends on report@
p << r.p;
e << r.e;
@@

coccilib.report.print_report(p[0], "NOTE: NULL needs no publishing; RCU_INIT_POINTER(%s, NULL) says so" % plain(e))

@script:python depends on org@
p << r.p;
e << r.e;
@@

coccilib.org.print_todo(p[0], "NOTE: NULL needs no publishing; RCU_INIT_POINTER(%s, NULL) says so" % plain(e))
