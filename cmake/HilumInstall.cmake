# The program, its modules and data, and what find_package(hilum) needs to use the library.
include(CMakePackageConfigHelpers)

set(_hilum_config_dir ${CMAKE_INSTALL_LIBDIR}/cmake/hilum)
install(DIRECTORY include/hilum DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} FILES_MATCHING PATTERN "*.h")
install(DIRECTORY configs models DESTINATION ${CMAKE_INSTALL_DATADIR}/hilum)
install(FILES LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(EXPORT hilumTargets NAMESPACE hilum:: DESTINATION ${_hilum_config_dir})
configure_package_config_file(cmake/hilumConfig.cmake.in ${PROJECT_BINARY_DIR}/generated/hilumConfig.cmake
  INSTALL_DESTINATION ${_hilum_config_dir})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/generated/hilumConfigVersion.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES
  ${PROJECT_BINARY_DIR}/generated/hilumConfig.cmake
  ${PROJECT_BINARY_DIR}/generated/hilumConfigVersion.cmake
  DESTINATION ${_hilum_config_dir})
