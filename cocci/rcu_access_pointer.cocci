// SPDX-License-Identifier: GPL-2.0-or-later
/// A pointer that is only compared with NULL needs no rcu_dereference(): rcu_access_pointer() says
/// so, needs no reader, and orders nothing that nobody asked for.
///
//# See Documentation/RCU/rcu_dereference.rst.
//
// Confidence: High
// Comments:
// Options: --no-includes --include-headers
// Rule: cocci/rcu_access_pointer
// Checklist: 4

virtual context
virtual org
virtual patch
virtual report

@initialize:python@
@@

def plain(expression):
    return expression.replace(" ", "")

// "a ?: b" tests a pointer and gives it.
@given@
expression p, E;
position q;
@@

rcu_dereference@q(p) ?: E

@compared@
expression p, E;
position q != given.q;
@@

(
 rcu_dereference@q(p) == NULL
|
 rcu_dereference@q(p) != NULL
|
 !rcu_dereference@q(p)
|
 rcu_dereference@q(p) && E
|
 rcu_dereference@q(p) || E
|
 E && rcu_dereference@q(p)
|
 E || rcu_dereference@q(p)
|
 \(WARN_ON\|WARN_ON_ONCE\|likely\|unlikely\)(rcu_dereference@q(p))
)

@decided@
expression p;
position q != { compared.q, given.q };
statement S1, S2;
@@

if (rcu_dereference@q(p)) S1 else S2

@depends on context@
expression p;
position compared.q;
@@

*rcu_dereference@q(p)

@depends on context@
expression p;
position decided.q;
@@

*rcu_dereference@q(p)

@depends on patch@
expression p, E;
@@

(
- rcu_dereference(p)
+ rcu_access_pointer(p)
  == NULL
|
- rcu_dereference(p)
+ rcu_access_pointer(p)
  != NULL
|
- !rcu_dereference(p)
+ !rcu_access_pointer(p)
|
- rcu_dereference(p)
+ rcu_access_pointer(p)
  && E
|
- rcu_dereference(p)
+ rcu_access_pointer(p)
  || E
|
  E &&
- rcu_dereference(p)
+ rcu_access_pointer(p)
|
  E ||
- rcu_dereference(p)
+ rcu_access_pointer(p)
|
  \(WARN_ON\|WARN_ON_ONCE\|likely\|unlikely\)(
- rcu_dereference(p)
+ rcu_access_pointer(p)
  )
)

@depends on patch@
expression p;
statement S1, S2;
@@

  if (
- rcu_dereference(p)
+ rcu_access_pointer(p)
  ) S1 else S2

@script:python depends on report@
q << compared.q;
p << compared.p;
@@

coccilib.report.print_report(q[0], "WARNING: %s is only tested; use rcu_access_pointer()" % plain(p))

@script:python depends on report@
q << decided.q;
p << decided.p;
@@

coccilib.report.print_report(q[0], "WARNING: %s is only tested; use rcu_access_pointer()" % plain(p))

@script:python depends on org@
q << compared.q;
p << compared.p;
@@

coccilib.org.print_todo(q[0], "WARNING: %s is only tested; use rcu_access_pointer()" % plain(p))

@script:python depends on org@
q << decided.q;
p << decided.p;
@@

coccilib.org.print_todo(q[0], "WARNING: %s is only tested; use rcu_access_pointer()" % plain(p))
