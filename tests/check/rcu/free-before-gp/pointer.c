/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A pointer that readers follow is changed, and what it pointed to freed. */
#include "kernel.h"

struct config {
	int key;
	struct rcu_head rcu;
};

struct port {
	struct mutex lock;
	struct config __rcu *config;
	struct config *shadow;
};

void port_reset_bad(struct port *port)
{
	struct config *old;

	mutex_lock(&port->lock);
	old = rcu_dereference_protected(port->config, lockdep_is_held(&port->lock));
	rcu_assign_pointer(port->config, NULL); // step
	mutex_unlock(&port->lock);
	kfree(old); // finds rcu/free-before-gp [error, high]
}

void port_replace_bad(struct port *port, struct config *new)
{
	struct config *old;

	mutex_lock(&port->lock);
	old = rcu_replace_pointer(port->config, new, lockdep_is_held(&port->lock)); // step
	mutex_unlock(&port->lock);
	kfree(old); // finds rcu/free-before-gp
}

void port_replace_ok(struct port *port, struct config *new)
{
	struct config *old;

	mutex_lock(&port->lock);
	old = rcu_replace_pointer(port->config, new, lockdep_is_held(&port->lock));
	mutex_unlock(&port->lock);
	synchronize_rcu();
	kfree(old);
}

void port_reset_ok(struct port *port)
{
	struct config *old;

	mutex_lock(&port->lock);
	old = rcu_dereference_protected(port->config, lockdep_is_held(&port->lock));
	RCU_INIT_POINTER(port->config, NULL);
	mutex_unlock(&port->lock);
	if (old)
		kfree_rcu(old, rcu);
}

/* No reader follows this one. */
void port_shadow_ok(struct port *port)
{
	struct config *old = port->shadow;

	port->shadow = NULL;
	kfree(old);
}
