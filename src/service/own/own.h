/* own.h — what Chancery offers beyond AWS's APIs: one plain function each, declared from the model's own list.
 *
 * service/handler.h says what they look like. A handler gets an input that was decoded and validated: required members
 * are there, enums are known. */
#ifndef CHANCERY_SERVICE_OWN_OWN_H
#define CHANCERY_SERVICE_OWN_OWN_H

#include "model/own.h"
#include "model/own_operations.h"
#include "service/handler.h"

OWN_OPERATIONS(HANDLER_IN_OUT, HANDLER_IN_ONLY, HANDLER_OUT_ONLY)

enum {
	OWN_LIST_DEFAULT_PAGE = 100,
};

#endif
