#include "cli/jmespath.h"
#include "test.h"
TEST(jmespath, x)
{
	CHECK(true);
}
TEST_MAIN("jmespath");
