// The headers as C++ reads them, and a call through them.
#include <chancery/acm-pca.h>
#include <chancery/acm.h>
#include <chancery/own.h>

#include <cstdio>
#include <memory>

int
main(int argc, char **argv)
{
	using Response = chancery_acm_describe_certificate_response;
	chancery_client *made = nullptr;
	chancery_error *error = nullptr;

	if (argc != 2 || !chancery_client_new(nullptr, &made, &error))
		return 2;
	std::unique_ptr<chancery_client, decltype(&chancery_client_free)> client(made, chancery_client_free);

	chancery_acm_describe_certificate_request request{};
	request.certificate_arn = argv[1];
	Response *answer = nullptr;
	if (!chancery_acm_describe_certificate(client.get(), &request, &answer, &error)) {
		std::printf("%s\n", error->code);
		chancery_error_free(error);
		return 1;
	}
	std::unique_ptr<Response, decltype(&chancery_acm_describe_certificate_response_free)> response(
		answer, chancery_acm_describe_certificate_response_free);
	std::printf("%s\n", response->certificate->domain_name);
	return 0;
}
