/* From bindings/c/src/interface.rs by `cargo xtask c-headers`. */

#ifndef FANJIAN_H
#define FANJIAN_H

#include <stddef.h>
#include <stdint.h>

/**
 * The length of a text that ends with a NUL.
 */
#define FANJIAN_TERMINATED ((size_t)-1)




/**
 * Restores the characters of Traditional text that careless conversions made wrong,
 * before all else.
 */
#define FANJIAN_REPAIR 1

/**
 * The text is Markdown: code, URLs and the like stay as they are.
 */
#define FANJIAN_MARKDOWN 2

/**
 * The text is HTML: tags, scripts and the like stay as they are.
 */
#define FANJIAN_HTML 4

/**
 * Ambiguous characters are decided by what stands around them, where that is clearer than
 * OpenCC's choice.
 */
#define FANJIAN_CONTEXT 8

/**
 * Without replacements that few fonts can show.
 */
#define FANJIAN_WITHOUT_TOFU_RISK 16

/**
 * How a call ended.
 */
typedef enum fanjian_status {
  /**
   * As asked.
   */
  FANJIAN_OK = 0,
  /**
   * A pointer is null that must not be.
   */
  FANJIAN_NULL_POINTER = 1,
  /**
   * No configuration or no preset has this name.
   */
  FANJIAN_UNKNOWN_NAME = 2,
  /**
   * There is no such option, or options exclude each other.
   */
  FANJIAN_UNKNOWN_OPTION = 3,
  /**
   * The text is not UTF-8; the message has the offset in bytes.
   */
  FANJIAN_INVALID_UTF8 = 4,
  /**
   * There is no memory for the result.
   */
  FANJIAN_OUT_OF_MEMORY = 5,
  /**
   * A fault in fanjian itself, please report it. The library can still be used.
   */
  FANJIAN_INTERNAL_FAULT = 6,
} fanjian_status;

/**
 * Which script a text is written in.
 */
typedef enum fanjian_script {
  /**
   * No ideograph, or none that tells a script.
   */
  FANJIAN_NEITHER = 0,
  /**
   * Simplified Chinese.
   */
  FANJIAN_SIMPLIFIED = 1,
  /**
   * Traditional Chinese.
   */
  FANJIAN_TRADITIONAL = 2,
  /**
   * Japanese.
   */
  FANJIAN_JAPANESE = 3,
  /**
   * Both scripts of Chinese.
   */
  FANJIAN_MIXED = 4,
} fanjian_script;

/**
 * What is to be done to texts. Several threads may use one at once.
 */
typedef struct fanjian_pipeline fanjian_pipeline;

/**
 * What a text tells of its script and region. Counts are of characters or words.
 */
typedef struct fanjian_detection {
  /**
   * The script.
   */
  enum fanjian_script script;
  /**
   * The BCP 47 tag of the variety (zh-Hans, zh-Hant, zh-Hant-TW, zh-Hant-HK, ja), which
   * is never to be released; null where nothing tells it.
   */
  const char *variety;
  /**
   * How sure that is, from 0 to 1.
   */
  double confidence;
  /**
   * Ideographs.
   */
  uint64_t han;
  /**
   * Ideographs of Simplified script alone.
   */
  uint64_t simplified;
  /**
   * Ideographs of Traditional script alone.
   */
  uint64_t traditional;
  /**
   * Ideographs of Japanese alone.
   */
  uint64_t japanese;
  /**
   * Words that only a careless conversion leaves.
   */
  uint64_t careless;
} fanjian_detection;

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

/**
 * The version of the library, such as "0.1.0". Never to be released.
 */
const char *fanjian_version(void);

/**
 * What went wrong in the last call on this thread that did not end with FANJIAN_OK, in
 * English; empty before the first. Valid until the next such call on this thread.
 */
const char *fanjian_error(void);

/**
 * Makes a pipeline: what normalizes texts, converts them, or both in the right order.
 *
 * @param preset        How to normalize: minimal, repair, corpus, mainland, taiwan or
 *                      hongkong; null for not at all.
 * @param configuration How to convert, by OpenCC's name, such as s2twp, with or without
 *                      ".json"; null for not at all.
 * @param options       Any of FANJIAN_REPAIR, FANJIAN_MARKDOWN or FANJIAN_HTML,
 *                      FANJIAN_CONTEXT, FANJIAN_WITHOUT_TOFU_RISK, or 0.
 * @param pipeline      Where the pipeline goes; to be released by fanjian_pipeline_free.
 *
 * # Safety
 *
 * Names are null or end with a NUL; `pipeline` is null or can be written to.
 */
enum fanjian_status fanjian_pipeline_new(const char *preset,
                                         const char *configuration,
                                         uint32_t options,
                                         struct fanjian_pipeline **pipeline);

/**
 * Releases a pipeline; null is none.
 *
 * # Safety
 *
 * It is null, or from `fanjian_pipeline_new` and released for the first time, and no
 * thread uses it.
 */
void fanjian_pipeline_free(struct fanjian_pipeline *pipeline);

/**
 * Does to a text what the pipeline is for.
 *
 * @param pipeline      From fanjian_pipeline_new.
 * @param text          UTF-8. A NUL in it is a character like others.
 * @param length        Bytes of the text, or FANJIAN_TERMINATED where a NUL ends it.
 * @param output        Where the result goes, with a NUL behind it; to be released by
 *                      fanjian_free.
 * @param output_length Where the number of bytes of the result goes, without the NUL;
 *                      null if nobody asks.
 *
 * # Safety
 *
 * `pipeline` is null or from `fanjian_pipeline_new`; `text` is null or has `length` bytes;
 * `output` and `output_length` are null or can be written to.
 */
enum fanjian_status fanjian_process(const struct fanjian_pipeline *pipeline,
                                    const char *text,
                                    size_t length,
                                    char **output,
                                    size_t *output_length);

/**
 * Converts a text: fanjian_process with a pipeline of this configuration alone.
 *
 * @param configuration OpenCC's name, such as s2twp, with or without ".json".
 *
 * # Safety
 *
 * As for `fanjian_process`; `configuration` is null or ends with a NUL.
 */
enum fanjian_status fanjian_convert(const char *configuration,
                                    const char *text,
                                    size_t length,
                                    char **output,
                                    size_t *output_length);

/**
 * Normalizes a text: fanjian_process with a pipeline of this preset alone.
 *
 * @param preset minimal, repair, corpus, mainland, taiwan or hongkong.
 *
 * # Safety
 *
 * As for `fanjian_process`; `preset` is null or ends with a NUL.
 */
enum fanjian_status fanjian_normalize(const char *preset,
                                      const char *text,
                                      size_t length,
                                      char **output,
                                      size_t *output_length);

/**
 * Tells the script and the region of a text.
 *
 * @param text      UTF-8.
 * @param length    Bytes of the text, or FANJIAN_TERMINATED where a NUL ends it.
 * @param detection Where the result goes.
 *
 * # Safety
 *
 * `text` is null or has `length` bytes; `detection` is null or can be written to.
 */
enum fanjian_status fanjian_detect(const char *text,
                                   size_t length,
                                   struct fanjian_detection *detection);

/**
 * Releases the result of fanjian_process, fanjian_convert or fanjian_normalize; null is
 * none.
 *
 * # Safety
 *
 * It is null, or such a result that is released for the first time.
 */
void fanjian_free(char *output);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* FANJIAN_H */
