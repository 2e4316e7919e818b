// SPDX-License-Identifier: GPL-2.0-or-later
/// A call_rcu() callback that only frees its object is what kfree_rcu() is: no callback, batched, and
/// nothing that rcu_barrier() at module exit must wait for.
///
//# The callback goes when nothing else uses it in the file.
//
// Confidence: High
// Comments:
// Options: --no-includes --include-headers
// Rule: cocci/call_rcu_kfree
// Checklist: 8

virtual context
virtual org
virtual patch
virtual report

@callback@
identifier f, h, m, x;
type T;
@@

 void f(struct rcu_head *h)
 {
(
	\(kfree\|kvfree\)(container_of(h, T, m));
|
	T *x = container_of(h, T, m);

	\(kfree\|kvfree\)(x);
|
	T *x;

	x = container_of(h, T, m);
	\(kfree\|kvfree\)(x);
)
 }

@r depends on context || org || report@
identifier callback.f, callback.m;
expression e;
position p;
@@

*\(call_rcu@p\|call_rcu_hurry@p\)(&e->m, f)

@changed depends on patch@
identifier callback.f, callback.m;
expression e;
@@

(
- call_rcu(&e->m, f)
+ kfree_rcu(e, m)
|
- call_rcu_hurry(&e->m, f)
+ kfree_rcu(e, m)
)

@used depends on changed@
identifier callback.f;
expression E;
@@

(
 E(..., f, ...)
|
 E = f
|
 E == f
)

@depends on patch && changed && !used@
identifier callback.f, h;
@@

- void f(struct rcu_head *h);

@depends on patch && changed && !used@
identifier callback.f, h;
@@

- void f(struct rcu_head *h) { ... }

@script:python depends on report@
p << r.p;
f << callback.f;
m << callback.m;
@@

coccilib.report.print_report(p[0], "WARNING: %s() only frees; use kfree_rcu(..., %s)" % (f, m))

@script:python depends on org@
p << r.p;
f << callback.f;
m << callback.m;
@@

coccilib.org.print_todo(p[0], "WARNING: %s() only frees; use kfree_rcu(..., %s)" % (f, m))
