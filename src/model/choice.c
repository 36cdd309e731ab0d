#include "model/shape.h"

int
choice_value(const struct shape *enum_shape, struct str name)
{
	for (int i = 0; enum_shape->values[i] != NULL; i++) {
		if (str_is(name, enum_shape->values[i]))
			return i + 1;
	}
	return CHOICE_UNKNOWN;
}

const char *
choice_name(const struct shape *enum_shape, int value)
{
	for (int i = 0; enum_shape->values[i] != NULL; i++) {
		if (i + 1 == value)
			return enum_shape->values[i];
	}
	return NULL;
}
