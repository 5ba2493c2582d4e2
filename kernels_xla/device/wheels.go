package device

// wheel is a Python package that holds a library. The file is the one for Linux on amd64.
type wheel struct {
	name, version string
	sha256        string
	megabytes     float64 // size of the file, for the progress
	library       string  // the plugin in it; "" takes everything below nvidia/
}

// cpuWheels contain XLA's CPU plugin, the preferred one first. Their PJRT APIs are 0.115 and 0.106.
var cpuWheels = []wheel{
	{"lammps-jax-pjrt-cpu", "0.11.2", "1319390d948b39f69f7dade496b7c385149d9ca6097a6b62114da113216d9ad1", 62.7, "lammps_jax_pjrt_cpu/pjrt_c_api_cpu_plugin.so"},
	{"fastatomstruct-xla-cpu", "2026.6.23", "88b1c430b341b4bea40a37420311c9c75db6e22b46d2ff95b6986577bee6afe9", 63.2, "fastatomstruct_xla_cpu/libpjrt_cpu.so"},
}

// cudaWheel contains JAX's CUDA plugin. It is not the newest: its XLA and its PJRT API, 0.115, are those of the
// preferred CPU plugin, the newest on which this module's tests ran.
var cudaWheel = wheel{"jax-cuda13-pjrt", "0.11.2", "e5ff589d43064913bb74027682d89639c7ea48f9f81c2bae6fc75117e913f93e", 134.9, "jax_plugins/xla_cuda13/xla_cuda_plugin.so"}

// nvidiaWheels lists the libraries that jax-cuda13-plugin[with-cuda] of the same version names, each in its newest
// version.
var nvidiaWheels = []wheel{
	{"nvidia-cublas", "13.10.0.20", "dcc6d63884c53d07e267ce7e6feac17b2538cebaafec5db865736c3e28e4dc84", 444.3, ""},
	{"nvidia-cuda-cupti", "13.5.25", "9dcca41c12a734192b14e7128ae116bc9ce1b9da686e2ebf48ae7a4415f76650", 12.6, ""},
	{"nvidia-cuda-nvcc", "13.5.37", "f5c4f7ead5d964fb4af42bbf1e6d3ec3c1e6e9d83b53749f691d387e7fcaa3a7", 47.0, ""},
	{"nvidia-cuda-runtime", "13.5.37", "df2b79a8852f10d1fef8c848489c49eebb5754051bf870202a862831412b179d", 2.5, ""},
	{"nvidia-cudnn-cu13", "9.28.1.4", "a54f205b1db1f2895d99f398754db1369816f0569dd459731f925635cf7b65ec", 516.8, ""},
	{"nvidia-cufft", "12.5.0.14", "b8be26837a5abad2b5b74f3e92dd29f622a42934b355be0961a48712cbba23ad", 165.1, ""},
	{"nvidia-cusolver", "12.4.1.2", "b3b8e02fd2f2df869369af075dc3a179d43f6f7b85e94632a7dce556697be044", 260.0, ""},
	{"nvidia-cusparse", "12.9.4.2", "072667e58c851a318738f5527a12eb225cbf058803f2ea451c722d8cf8edddec", 230.4, ""},
	{"nvidia-nccl-cu13", "2.32.3", "1459723080ac889d73a26edfa3e04383a7928ab31ac8f0ec43b3ea9548b04ff3", 305.1, ""},
	{"nvidia-nvjitlink", "13.5.37", "280d7cb9649704145f074b8dbde500de04ce02d0872e066e20a83c17bcaa93eb", 46.6, ""},
	{"nvidia-cuda-nvrtc", "13.5.37", "86b4d68058807988b7d9af5b44917a0601e9c337f35ccd657bfb3c759ff8d8bc", 58.2, ""},
	{"nvidia-nvshmem-cu13", "3.8.0", "81a4d1f666543e6d34df6d2ff940c7da1435e34e186aab6f3c2b48861b64ef38", 182.1, ""},
	{"nvidia-nvvm", "13.5.37", "c41bfa362e407405163f103c2229f0765f8cc2ed7d148b754dc77f228bf7e070", 75.1, ""},
}

// bytes returns the approximate size of the file.
func (w wheel) bytes() int64 { return int64(w.megabytes * 1e6) }
