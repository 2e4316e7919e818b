// SPDX-License-Identifier: GPL-2.0-or-later
/// synchronize_rcu(); kfree(p); makes the caller wait for a grace period, tens of milliseconds.
/// kfree_rcu() does not.
///
//# Only where the object is the last that is freed: the wait may be for several. MODE=patch needs a
//# struct rcu_head in the object's type, in this file or a header of the same folder; where it
//# has none, one may be added, or kfree_rcu_mightsleep() used.
//
// Confidence: Moderate
// Comments:
// Options: --local-includes
// Rule: rcu/gp-wait-latency
// Checklist: 8

virtual context
virtual org
virtual patch
virtual report

@initialize:python@
@@

def plain(expression):
    return expression.replace(" ", "")

@many exists@
position p;
@@

\(synchronize_rcu@p\|synchronize_net@p\|synchronize_rcu_expedited@p\)();
\(kfree\|kvfree\)(...);
... when any
\(kfree\|kvfree\|kfree_sensitive\|kmem_cache_free\|free_percpu\|vfree\|free_page\|free_pages\|kfree_skb\|bitmap_free\|free_netdev\|kmem_cache_destroy\|mempool_destroy\|destroy_workqueue\|module_put\|cleanup_srcu_struct\)(...)

@found@
expression e;
position p != many.p, q;
@@

\(synchronize_rcu@p\|synchronize_net@p\|synchronize_rcu_expedited@p\)();
\(kfree@q\|kvfree@q\)(e);

@depends on context@
expression e;
position found.p, found.q;
@@

*\(synchronize_rcu@p\|synchronize_net@p\|synchronize_rcu_expedited@p\)();
*\(kfree@q\|kvfree@q\)(e);

@head@
identifier s, h;
@@

struct s {
	...
	struct rcu_head h;
	...
};

@depends on patch@
identifier head.s, head.h;
struct s *e;
position found.p, found.q;
@@

- \(synchronize_rcu@p\|synchronize_net@p\|synchronize_rcu_expedited@p\)();
- \(kfree@q\|kvfree@q\)(e);
+ kfree_rcu(e, h);

@script:python depends on report@
p << found.p;
e << found.e;
@@

msg = "WARNING: the caller waits for a grace period only to free %s; use kfree_rcu()" % plain(e)
coccilib.report.print_report(p[0], msg)

@script:python depends on org@
p << found.p;
e << found.e;
@@

coccilib.org.print_todo(p[0], "WARNING: the caller waits for a grace period only to free %s" % plain(e))
