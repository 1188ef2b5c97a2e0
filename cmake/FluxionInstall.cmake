# Headers, libraries, CMake package and pkg-config file; all of it may be moved after installation.
include(CMakePackageConfigHelpers)

install(TARGETS fluxion fluxion_static EXPORT FluxionTargets
    LIBRARY DESTINATION "${CMAKE_INSTALL_LIBDIR}"
    ARCHIVE DESTINATION "${CMAKE_INSTALL_LIBDIR}"
    RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}")
install(DIRECTORY "${PROJECT_SOURCE_DIR}/include/fluxion"
    DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}"
    FILES_MATCHING PATTERN "*.h" PATTERN "*.def" PATTERN "*.inc")

set(package_dir "${CMAKE_INSTALL_LIBDIR}/cmake/Fluxion")
install(EXPORT FluxionTargets NAMESPACE Fluxion:: DESTINATION "${package_dir}")
configure_package_config_file("${PROJECT_SOURCE_DIR}/cmake/FluxionConfig.cmake.in"
    "${PROJECT_BINARY_DIR}/FluxionConfig.cmake" INSTALL_DESTINATION "${package_dir}")
write_basic_package_version_file("${PROJECT_BINARY_DIR}/FluxionConfigVersion.cmake"
    COMPATIBILITY SameMinorVersion)
install(FILES "${PROJECT_BINARY_DIR}/FluxionConfig.cmake"
    "${PROJECT_BINARY_DIR}/FluxionConfigVersion.cmake" DESTINATION "${package_dir}")

# pkg-config finds the prefix from where its file lies.
set(pkgconfig_dir "${CMAKE_INSTALL_LIBDIR}/pkgconfig")
foreach(name IN ITEMS LIBDIR INCLUDEDIR)
    cmake_path(IS_ABSOLUTE CMAKE_INSTALL_${name} absolute)
    if(absolute)
        set(pkgconfig_${name} "${CMAKE_INSTALL_${name}}")
    else()
        set(pkgconfig_${name} "\${prefix}/${CMAKE_INSTALL_${name}}")
    endif()
endforeach()
cmake_path(ABSOLUTE_PATH pkgconfig_dir BASE_DIRECTORY "${CMAKE_INSTALL_PREFIX}" NORMALIZE
           OUTPUT_VARIABLE pkgconfig_path)
file(RELATIVE_PATH pkgconfig_prefix "${pkgconfig_path}" "${CMAKE_INSTALL_PREFIX}")
cmake_path(SET pkgconfig_prefix NORMALIZE "${pkgconfig_prefix}/.")
string(REGEX REPLACE "/$" "" pkgconfig_prefix "${pkgconfig_prefix}")
set(private_libraries ${fluxion_sleef})
if(fluxion_blas)
    list(APPEND private_libraries ${BLAS_LIBRARIES})
endif()
if(fluxion_openmp)
    list(APPEND private_libraries ${OpenMP_C_FLAGS})
endif()
list(JOIN private_libraries " " fluxion_private_libraries)
configure_file("${PROJECT_SOURCE_DIR}/cmake/fluxion.pc.in" "${PROJECT_BINARY_DIR}/fluxion.pc" @ONLY)
install(FILES "${PROJECT_BINARY_DIR}/fluxion.pc" DESTINATION "${pkgconfig_dir}")
