// The head of a message, once it is whole.
#pragma once
#include "http.h"

// How the body behind a head is delimited.
enum http_body { http_body_none, http_body_length, http_body_chunked, http_body_close };

// Parses `text` (changing it: names to lower case). NULL, or a sentence that says what is wrong.
const char *http_parse_head(bool response, char *text, size_t size, struct http_field *fields, struct http_head *head, enum http_body *body,
                            uint64_t *length);
