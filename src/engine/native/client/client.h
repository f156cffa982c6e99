#ifndef BOTTLE_CLIENT_H
#define BOTTLE_CLIENT_H

/* The whole program; does not return, as the engine decides how it ends. */
_Noreturn int client_main(int argc, char **argv);

#endif
