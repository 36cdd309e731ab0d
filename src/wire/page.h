/* page.h — which path means what, on which listener: the API, and what is served beside it.
 *
 * Beside the API, and without credentials: GET /health and /ready; documents of the object area (document.h); OCSP
 * (ocsp.h). The listener for public objects knows lists and OCSP alone, and nothing there is found that does not exist
 * for everybody. */
#ifndef CHANCERY_WIRE_PAGE_H
#define CHANCERY_WIRE_PAGE_H

#include "wire/exchange.h"

/* On the HTTP thread, once the head is read and before a body is. If it was not answered, the exchange has its work
 * now. */
enum MHD_Result page_check_head(struct exchange *exchange);

#endif
