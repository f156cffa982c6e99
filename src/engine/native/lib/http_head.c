// Request lines, status lines and header fields. Strict where leniency would let two parsers disagree
// about where a message ends (RFC 9112, sections 2.2, 5 and 6), but a bare LF ends a line (section 2.2).
#include "http_head.h"
#include <string.h>

static bool is_token(unsigned char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || (c && strchr("!#$%&'*+-.^_`|~", c));
}

static char lower(char c) { return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c; }

static bool same(struct http_text text, const char *word) {
  for (size_t i = 0; i < text.size; i++)
    if (!word[i] || lower(text.at[i]) != word[i])
      return false;
  return !word[text.size];
}

// The next line, without its end; false at the end of the text.
static bool next_line(char **at, const char *end, struct http_text *line) {
  char *stop = memchr(*at, '\n', (size_t)(end - *at));
  if (!stop)
    return false;
  line->at = *at;
  line->size = (size_t)(stop - *at);
  if (line->size && stop[-1] == '\r')
    line->size--;
  *at = stop + 1;
  return true;
}

static const char *parse_version(const char *at, size_t size, int *minor) {
  if (size != 8 || memcmp(at, "HTTP/1.", 7) != 0 || (at[7] != '0' && at[7] != '1'))
    return "the version is not HTTP/1.0 or HTTP/1.1";
  *minor = at[7] - '0';
  return NULL;
}

static const char *parse_request_line(struct http_text line, struct http_head *head) {
  const char *space = memchr(line.at, ' ', line.size);
  if (!space || space == line.at)
    return "the request line has no method";
  head->method = (struct http_text){line.at, (size_t)(space - line.at)};
  for (size_t i = 0; i < head->method.size; i++)
    if (!is_token((unsigned char)line.at[i]))
      return "the method is not a token";
  const char *url = space + 1, *end = line.at + line.size;
  const char *after = memchr(url, ' ', (size_t)(end - url));
  if (!after || after == url)
    return "the request line has no target and version";
  head->url = (struct http_text){url, (size_t)(after - url)};
  for (const char *c = url; c < after; c++)
    if ((unsigned char)*c < 0x21 || *c == 0x7f)
      return "the target holds a control character";
  return parse_version(after + 1, (size_t)(end - after - 1), &head->minor);
}

static const char *parse_status_line(struct http_text line, struct http_head *head) {
  if (line.size < 12 || line.at[8] != ' ' || (line.size > 12 && line.at[12] != ' '))
    return "the status line is not `HTTP/1.1 code reason`";
  for (int i = 9; i < 12; i++) {
    if (line.at[i] < '0' || line.at[i] > '9')
      return "the status is not a number";
    head->status = head->status * 10 + (line.at[i] - '0');
  }
  head->reason = line.size > 13 ? (struct http_text){line.at + 13, line.size - 13} : (struct http_text){"", 0};
  return parse_version(line.at, 8, &head->minor);
}

static const char *parse_field(struct http_text line, struct http_field *field) {
  char *at = (char *)(uintptr_t)line.at;
  const char *end = line.at + line.size;
  if (*at == ' ' || *at == '\t')
    return "a header field is folded over two lines";
  char *c = at;
  for (; c < end && is_token((unsigned char)*c); c++)
    *c = lower(*c);
  if (c == at || c == end || *c != ':')
    return "a header field has no name and colon";
  field->name = (struct http_text){at, (size_t)(c - at)};
  const char *value = c + 1;
  while (value < end && (*value == ' ' || *value == '\t'))
    value++;
  while (end > value && (end[-1] == ' ' || end[-1] == '\t'))
    end--;
  for (const char *v = value; v < end; v++)
    if (((unsigned char)*v < 0x20 && *v != '\t') || *v == 0x7f)
      return "a header field holds a control character";
  field->value = (struct http_text){value, (size_t)(end - value)};
  return NULL;
}

// Calls `visit` with each element of a comma list.
static void each_word(struct http_text list, void (*visit)(struct http_text word, void *opaque), void *opaque) {
  const char *at = list.at, *end = list.at + list.size;
  while (at < end) {
    const char *comma = memchr(at, ',', (size_t)(end - at));
    const char *stop = comma ? comma : end, *last = stop;
    while (at < last && (*at == ' ' || *at == '\t'))
      at++;
    while (last > at && (last[-1] == ' ' || last[-1] == '\t'))
      last--;
    if (last > at)
      visit((struct http_text){at, (size_t)(last - at)}, opaque);
    at = stop + 1;
  }
}

struct framing {
  bool close, keep, upgrade, protocol, encoded, chunked_last;
  bool has_length, bad_length;
  uint64_t length;
};

static void see_connection(struct http_text word, void *opaque) {
  struct framing *framing = opaque;
  framing->close |= same(word, "close");
  framing->keep |= same(word, "keep-alive");
  framing->upgrade |= same(word, "upgrade");
}

static void see_encoding(struct http_text word, void *opaque) {
  struct framing *framing = opaque;
  framing->encoded = true;
  framing->chunked_last = same(word, "chunked");
}

static void see_upgrade(struct http_text word, void *opaque) {
  struct framing *framing = opaque;
  // HTTP/2 is offered by many and may be ignored (RFC 9110, 7.8): the request goes on as HTTP/1.1
  framing->protocol |= !same(word, "h2c");
}

static void see_length(struct http_text value, struct framing *framing) {
  uint64_t length = 0;
  bool bad = value.size == 0 || value.size > 18;
  for (size_t i = 0; i < value.size && !bad; i++) {
    bad = value.at[i] < '0' || value.at[i] > '9';
    length = length * 10 + (uint64_t)(value.at[i] - '0');
  }
  framing->bad_length |= bad || (framing->has_length && framing->length != length);
  framing->has_length = true;
  framing->length = length;
}

static const char *frame(bool response, struct http_head *head, struct framing *framing, enum http_body *body) {
  bool bodiless = response && (head->status / 100 == 1 || head->status == 204 || head->status == 304);
  if (framing->bad_length)
    return "Content-Length is not one number";
  if (framing->encoded && framing->has_length)
    return "there are both Transfer-Encoding and Content-Length";
  if (framing->encoded && !framing->chunked_last)
    return "Transfer-Encoding is not chunked";
  if (framing->encoded && head->minor == 0)
    return "HTTP/1.0 has no Transfer-Encoding";
  bool wants_upgrade = framing->upgrade && framing->protocol && head->minor == 1;
  head->upgrade = response ? head->status == 101 : wants_upgrade || same(head->method, "connect");
  if (bodiless)
    *body = http_body_none;
  else if (framing->encoded)
    *body = http_body_chunked;
  else if (framing->has_length)
    *body = framing->length ? http_body_length : http_body_none;
  else
    *body = response ? http_body_close : http_body_none;
  head->keep_alive = !framing->close && (head->minor == 1 || framing->keep) && *body != http_body_close;
  return NULL;
}

const char *http_parse_head(bool response, char *text, size_t size, struct http_field *fields, struct http_head *head, enum http_body *body,
                            uint64_t *length) {
  char *at = text;
  const char *end = text + size;
  struct http_text line = {"", 0};
  struct framing framing = {0};
  memset(head, 0, sizeof *head);
  if (!next_line(&at, end, &line))
    return "there is no first line";
  const char *error = response ? parse_status_line(line, head) : parse_request_line(line, head);
  while (!error && next_line(&at, end, &line) && line.size) {
    if (head->field_count == http_most_fields)
      return "there are more than 128 header fields";
    struct http_field *field = &fields[head->field_count];
    error = parse_field(line, field);
    if (error)
      break;
    head->field_count++;
    if (same(field->name, "connection"))
      each_word(field->value, see_connection, &framing);
    else if (same(field->name, "transfer-encoding"))
      each_word(field->value, see_encoding, &framing);
    else if (same(field->name, "upgrade"))
      each_word(field->value, see_upgrade, &framing);
    else if (same(field->name, "content-length"))
      see_length(field->value, &framing);
  }
  head->fields = fields;
  if (!error)
    error = frame(response, head, &framing, body);
  *length = framing.length;
  return error;
}
