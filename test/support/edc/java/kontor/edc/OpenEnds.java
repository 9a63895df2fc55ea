package kontor.edc;

import java.util.List;
import org.eclipse.edc.connector.controlplane.api.management.edr.v3.EdrCacheApiV3Controller;
import org.eclipse.edc.jsonld.spi.JsonLd;
import org.eclipse.edc.runtime.metamodel.annotation.Inject;
import org.eclipse.edc.spi.security.Vault;
import org.eclipse.edc.spi.system.ServiceExtension;
import org.eclipse.edc.spi.system.ServiceExtensionContext;
import org.eclipse.edc.spi.types.TypeManager;
import org.eclipse.edc.web.jersey.providers.jsonld.JerseyJsonLdInterceptor;
import org.eclipse.edc.web.spi.WebService;

/**
 * What the released packages leave to whoever runs them: somebody has to put the keys of the access tokens into the vault, which
 * is in memory; and the package with the API of endpoint data references is older than the rest, which expects each API to bring
 * its own reading of JSON-LD.
 */
public class OpenEnds implements ServiceExtension {
    private static final List<String> KEYS = List.of("token-private-key", "token-public-key");

    @Inject
    private Vault vault;
    @Inject
    private WebService web;
    @Inject
    private JsonLd jsonLd;
    @Inject
    private TypeManager types;

    @Override
    public void initialize(ServiceExtensionContext context) {
        for (var key : KEYS) vault.storeSecret(key, context.getConfig().getString("kontor." + key));
        var reading = new JerseyJsonLdInterceptor(jsonLd, types, "json-ld", "MANAGEMENT_API");
        web.registerDynamicResource("management", EdrCacheApiV3Controller.class, reading);
    }
}
