/* admin.h — `chancery admin …`: works on the data directory itself, not over the network. */
#ifndef CHANCERY_ADMIN_ADMIN_H
#define CHANCERY_ADMIN_ADMIN_H

int admin_main(int argc, char **argv);

#endif
