// SPDX-License-Identifier: GPL-2.0-or-later
/// Between list_empty() and list_first_entry_rcu() the last element may go: then what is read as an
/// element is the list head. list_first_or_null_rcu() reads the pointer once.
///
//# See the comments at list_first_or_null_rcu() in include/linux/rculist.h.
//
// Confidence: High
// Comments:
// Options: --no-includes --include-headers
// Rule: rcu/list-variant
// Checklist: 10

virtual context
virtual org
virtual patch
virtual report

@locked@
expression l, head;
position p;
@@

\(mutex_lock\|spin_lock\|spin_lock_bh\|spin_lock_irq\|spin_lock_irqsave\|down_write\|write_lock\|write_lock_bh\|lockdep_assert_held\)(l, ...)
... when != \(mutex_unlock\|spin_unlock\|spin_unlock_bh\|spin_unlock_irq\|spin_unlock_irqrestore\|up_write\|write_unlock\|write_unlock_bh\)(l, ...)
list_empty@p(head)

@r depends on context || org || report exists@
expression head;
identifier m;
type T;
position p != locked.p, q;
@@

*list_empty@p(head)
 ... when != list_empty(head)
*\(list_first_entry_rcu@q\|list_entry_rcu@q\)(\(head\|(head)->next\), T, m)

@depends on patch@
expression head, e;
identifier m;
type T;
position p != locked.p;
statement S;
@@

- if (list_empty@p(head)) S
- e = list_first_entry_rcu(head, T, m);
+ e = list_first_or_null_rcu(head, T, m);
+ if (!e) S

@depends on patch@
expression head, e;
identifier m;
type T;
position p != locked.p;
@@

+ e = list_first_or_null_rcu(head, T, m);
  if (
-     !list_empty@p(head)
+     e
     ) {
- e = list_first_entry_rcu(head, T, m);
  ...
  }

@script:python depends on report@
p << r.p;
q << r.q;
@@

msg = "WARNING: the list tested on line %s may be empty by now; use list_first_or_null_rcu()" % p[0].line
coccilib.report.print_report(q[0], msg)

@script:python depends on org@
p << r.p;
q << r.q;
@@

coccilib.org.print_todo(p[0], "WARNING: the list may be empty when its first element is read")
coccilib.org.print_link(q[0], "here")
