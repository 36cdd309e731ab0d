/* api.h — calls of the API: what their heads alone decide, who asks, and the handler. */
#ifndef CHANCERY_WIRE_API_H
#define CHANCERY_WIRE_API_H

#include "wire/exchange.h"

/* On the HTTP thread, for `POST /`. If it was not answered, the exchange has its work now. */
enum MHD_Result api_check_head(struct exchange *exchange);

#endif
