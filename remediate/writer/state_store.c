/* SPDX-License-Identifier: MIT */
/* What every backend of the state store shares. */
#include "remediate/writer/state_store.h"

void state_store_close(struct state_store *store)
{
    if (store->ops)
        store->ops->close(store->self);
    *store = (struct state_store){ 0 };
}
