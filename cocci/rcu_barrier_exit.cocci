// SPDX-License-Identifier: GPL-2.0-or-later
/// A module whose own functions are call_rcu() callbacks must wait for them with rcu_barrier() before
/// it is unloaded: a callback that is still queued would run code that is gone.
///
//# The call and the module's exit function must be in one file. unregister_pernet_subsys() and its
//# kin wait themselves; so may others that the exit function calls, in other files.
//
// Confidence: Moderate
// Comments:
// Options: --no-includes --include-headers
// Rule: rcu/missing-barrier
// Checklist: 17

virtual context
virtual org
virtual patch
virtual report

@exiting@
identifier f;
declarer name module_exit;
@@

module_exit(f);

@barrier@
@@

\(rcu_barrier\|unregister_pernet_subsys\|unregister_pernet_device\|tcf_unregister_action\)(...)

@defined@
identifier cb, h;
@@

cb(struct rcu_head *h) { ... }

@r depends on exiting && !barrier@
identifier defined.cb;
position p;
@@

\(call_rcu@p\|call_rcu_hurry@p\)(..., cb)

@depends on context@
position r.p;
@@

*\(call_rcu@p\|call_rcu_hurry@p\)(...)

@cache depends on patch && r@
identifier exiting.f;
@@

 f(...)
 {
 ... when any
+ rcu_barrier();
 kmem_cache_destroy(...);
 ... when != kmem_cache_destroy(...)
 }

@depends on patch && r && !cache@
identifier exiting.f;
@@

 f(...)
 {
 ...
+ rcu_barrier();
 }

@script:python depends on report@
p << r.p;
cb << defined.cb;
f << exiting.f;
@@

msg = "ERROR: %s() may run after the module is gone: %s() has no rcu_barrier()" % (cb, f)
coccilib.report.print_report(p[0], msg)

@script:python depends on org@
p << r.p;
cb << defined.cb;
f << exiting.f;
@@

coccilib.org.print_todo(p[0], "ERROR: %s() may run after the module is gone: %s() has no rcu_barrier()" % (cb, f))
