# Sanitizers apply to every target, so that layers and tests agree.
if(HILUM_SANITIZE)
  list(JOIN HILUM_SANITIZE "," _hilum_sanitize)
  add_compile_options(-fsanitize=${_hilum_sanitize} -fno-omit-frame-pointer -fno-sanitize-recover=undefined)
  add_link_options(-fsanitize=${_hilum_sanitize})
endif()
# The fuzzers steer by coverage of the whole library.
if(HILUM_BUILD_FUZZERS)
  add_compile_options(-fsanitize=fuzzer-no-link)
  add_link_options(-fsanitize=fuzzer-no-link)
endif()
