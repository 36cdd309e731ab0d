#include "test.h"

#include "watch.h"

OFFICE_MAIN("pca_audit");
