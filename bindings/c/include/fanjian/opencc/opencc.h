/* From bindings/c/src/opencc.rs by `cargo xtask c-headers`. */

#ifndef FANJIAN_OPENCC_H
#define FANJIAN_OPENCC_H

#include <stddef.h>
#include <stdint.h>

/**
 * The configuration from Simplified to Traditional.
 */
#define OPENCC_DEFAULT_CONFIG_SIMP_TO_TRAD "s2t.json"

/**
 * The configuration from Traditional to Simplified.
 */
#define OPENCC_DEFAULT_CONFIG_TRAD_TO_SIMP "t2s.json"


/**
 * A descriptor: what opencc_open gives and all else takes.
 */
typedef void *opencc_t;

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

/**
 * Opens a configuration.
 *
 * @param configFileName s2t.json, t2s.json, s2tw.json, tw2s.json, s2hk.json, hk2s.json,
 *                       s2twp.json, tw2sp.json, s2hkp.json, hk2sp.json, t2tw.json,
 *                       tw2t.json, t2hk.json, hk2t.json, t2jp.json or jp2t.json, with or
 *                       without ".json"; null for OPENCC_DEFAULT_CONFIG_SIMP_TO_TRAD.
 * @return               A descriptor, to be closed by opencc_close; (opencc_t)-1 on error.
 *
 * # Safety
 *
 * The name is null or ends with a NUL.
 */
opencc_t opencc_open(const char *configFileName);

#if defined(_WIN32)
/**
 * Opens a configuration whose name is in UTF-16.
 *
 * @param configFileName As for opencc_open.
 * @return               As for opencc_open.
 *
 * # Safety
 *
 * The name is null or ends with a NUL.
 */
opencc_t opencc_open_w(const wchar_t *configFileName);
#endif

/**
 * Closes a descriptor.
 *
 * @param opencc From opencc_open; null is none.
 * @return       0 on success, another number for (opencc_t)-1.
 *
 * # Safety
 *
 * It is null, (opencc_t)-1, or from `opencc_open` and closed for the first time, and no
 * thread uses it.
 */
int opencc_close(opencc_t opencc);

/**
 * Converts a text into memory of the caller.
 *
 * @param opencc From opencc_open.
 * @param input  UTF-8. A NUL ends it.
 * @param length Bytes of the text at most, or (size_t)-1 for all up to the NUL.
 * @param output Where the result goes, with a NUL behind it. There must be room for it.
 * @return       Bytes of the result without the NUL; (size_t)-1 on error.
 *
 * # Safety
 *
 * `opencc` is null, (opencc_t)-1 or from `opencc_open`; `input` is null, or has `length`
 * bytes or ends with a NUL; `output` is null or has room, and is not in `input`.
 */
size_t opencc_convert_utf8_to_buffer(opencc_t opencc,
                                     const char *input,
                                     size_t length,
                                     char *output);

/**
 * Converts a text.
 *
 * @param opencc From opencc_open.
 * @param input  UTF-8. A NUL ends it.
 * @param length Bytes of the text at most, or (size_t)-1 for all up to the NUL.
 * @return       The result, with a NUL behind it, to be released by
 *               opencc_convert_utf8_free; null on error.
 *
 * # Safety
 *
 * `opencc` is null, (opencc_t)-1 or from `opencc_open`; `input` is null, or has `length`
 * bytes or ends with a NUL.
 */
char *opencc_convert_utf8(opencc_t opencc, const char *input, size_t length);

/**
 * Releases a result of opencc_convert_utf8; null is none.
 *
 * # Safety
 *
 * It is null, or such a result that is released for the first time.
 */
void opencc_convert_utf8_free(char *str);

/**
 * What went wrong last, on whichever thread; empty before anything did. The text stays
 * valid until this thread asks again.
 */
const char *opencc_error(void);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* FANJIAN_OPENCC_H */
