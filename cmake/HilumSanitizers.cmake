# Sanitizers apply to every target, so that layers and tests agree.
if(HILUM_SANITIZE)
  list(JOIN HILUM_SANITIZE "," _hilum_sanitize)
  add_compile_options(-fsanitize=${_hilum_sanitize} -fno-omit-frame-pointer -fno-sanitize-recover=undefined)
  add_link_options(-fsanitize=${_hilum_sanitize})
endif()
